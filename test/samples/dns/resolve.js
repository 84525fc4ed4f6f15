// SPDX-License-Identifier: MIT
// Asks a server on this machine, whether there is one or not.
import { Resolver } from 'node:dns/promises'

const resolver = new Resolver({ tries: 1, timeout: 500 })
resolver.setServers(['127.0.0.1'])
console.log(await resolver.resolve4(process.argv[2]))
