// A PLC directory and a PDS on this machine's loopback, for tests. Prints one JSON line when both answer,
// and ends when its standard input closes: whoever started it has gone.
import net from 'node:net'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'

// dev-env listens on every interface; nothing of a test may be reachable from outside.
const listen = net.Server.prototype.listen
net.Server.prototype.listen = function (...args) {
  if (typeof args[0] === 'number') args.splice(1, typeof args[1] === 'string' ? 1 : 0, '127.0.0.1')
  else if (args[0] && typeof args[0] === 'object' && args[0].port !== undefined) args[0].host = '127.0.0.1'
  return listen.apply(this, args)
}

const installed = createRequire(process.argv[2] + '/package.json')
const { TestNetworkNoAppView } = await import(pathToFileURL(installed.resolve('@atproto/dev-env')).href)
const network = await TestNetworkNoAppView.create({
  pds: { hostname: 'localhost', rateLimitsEnabled: false },
})

const stop = async () => {
  setTimeout(() => process.exit(0), 3000).unref()
  await network.close().catch(() => {})
  process.exit(0)
}
process.stdin.resume().on('end', stop).on('close', stop)
process.on('SIGTERM', stop)
process.on('SIGINT', stop)
console.log(JSON.stringify({ pds: network.pds.port, plc: network.plc.port }))
