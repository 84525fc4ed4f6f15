// SPDX-License-Identifier: MIT
// Makes out/version.json of settings.json, and of a file in somebody's home, where there is one.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'

const settings = JSON.parse(readFileSync('settings.json', 'utf8'))
const own = `${process.env.HOME}/.generate.json`
if (existsSync(own)) Object.assign(settings, JSON.parse(readFileSync(own, 'utf8')))
mkdirSync('out', { recursive: true })
writeFileSync('out/version.json', JSON.stringify(settings))
