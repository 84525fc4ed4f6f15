// SPDX-License-Identifier: MIT
// Which variables of an environment look as if they held secrets. Upper and lower case are one.

/** Anywhere in the name: GITHUB_TOKEN, PGPASSWORD, npm_config__authToken. */
const parts = ['TOKEN', 'SECRET', 'PASSWORD', 'PASSWD', 'PASSPHRASE', 'CREDENTIAL', 'COOKIE', 'PRIVATE']

/** As the end of a word of the name: AWS_ACCESS_KEY_ID, APIKEY, SSH_AUTH_SOCK, OAUTH; not GIT_AUTHOR_NAME. */
const endings = ['KEY', 'KEYS', 'AUTH', 'AUTHORIZATION', 'SESSION', 'SESSIONS']

/** As a word of the name: SMTP_PASS, SENTRY_DSN. */
const words = new Set(['PASS', 'PAT', 'JWT', 'DSN', 'OTP', 'PIN', 'SALT'])

/** As its end: what programs put a password into beside a host, and addresses that are a secret themselves. MYSQL_PWD, and not PWD. */
const stores = ['DATABASE', 'DB', 'POSTGRES', 'POSTGRESQL', 'MYSQL', 'REDIS', 'MONGO', 'MONGODB', 'AMQP', 'RABBITMQ']
const lasts = [
  ...[...stores, 'BROKER', 'WEBHOOK'].flatMap((of) => [`${of}_URL`, `${of}_URI`]),
  'CONNECTION_STRING',
  '_PWD',
]

/** Whether the value of a variable is masked unless the variable is asked for by its whole name. */
export function looksSecret(name: string): boolean {
  const spaced = name.replace(/([a-z\d])([A-Z])/g, '$1_$2').toUpperCase()
  const upper = name.toUpperCase()
  return (
    parts.some((part) => upper.includes(part)) ||
    lasts.some((last) => upper.endsWith(last)) ||
    spaced.split(/[^A-Z\d]+/).some((word) => words.has(word) || endings.some((ending) => word.endsWith(ending)))
  )
}
