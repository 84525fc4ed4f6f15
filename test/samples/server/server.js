// SPDX-License-Identifier: MIT
// Serves greeting.txt at $PORT, and says when it is ready.
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'

const server = createServer((request, response) => {
  if (request.url !== '/greeting') return response.writeHead(404).end()
  response.end(readFileSync('greeting.txt'))
})
server.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'))
process.on('SIGTERM', () => server.close())
