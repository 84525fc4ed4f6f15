// SPDX-License-Identifier: MIT
// The blocks of the documentation that are not run, each with the reason. Of shell the commands are looked at all the same.

export interface Exemption {
  readonly page: string
  /** How the block begins; no other of the page does. */
  readonly starts: string
  readonly reason: string
}

export const exemptions: readonly Exemption[] = [
  {
    page: 'README.md',
    starts: 'npm run demo',
    reason: 'it is `npm test` itself, whose examples are what the demo shows',
  },
  {
    page: 'README.md',
    starts: 'npm install --save-dev',
    reason: 'the examples are installed in this way, by `npm test -- examples`',
  },
  { page: 'docs/ci.md', starts: '[[runners]]', reason: 'the settings of a CI system, which only it reads' },
  { page: 'docs/ci.md', starts: '// Jenkinsfile', reason: 'the settings of a CI system, which only it reads' },
  { page: 'docs/ci.md', starts: 'FROM ', reason: 'makes an image, which needs Docker and a network' },
  { page: 'docs/ci.md', starts: 'docker run', reason: 'needs Docker and a network' },
  { page: 'docs/ci.md', starts: 'docker build', reason: 'needs Docker and a network' },
  { page: 'docs/architecture.md', starts: ' task in scope', reason: 'a drawing' },
]
