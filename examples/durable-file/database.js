// SPDX-License-Identifier: MIT
// `node database.js FILE PRAGMA…`: one transaction of SQLite, which makes the table first if there is none.
import { DatabaseSync } from 'node:sqlite'

const [path, ...pragmas] = process.argv.slice(2)
const database = new DatabaseSync(path)
for (const pragma of pragmas) database.exec(`PRAGMA ${pragma}`)
database.exec('CREATE TABLE IF NOT EXISTS notes (text)')
database.exec("INSERT INTO notes VALUES ('buy milk')")
database.close()
