"""Real servers for tests, each on a loopback port of its own, started and stopped by whoever uses it:

- `pds.running()`: a Bluesky PDS with its PLC directory (Node; `python -m tests.servers.install` first)
- `mastodon.running()`: a stateful Mastodon API in its own process
- `receiver.Receiver()`: a webhook receiver that checks signatures
- `faulty_proxy.FaultyProxy(upstream)`: in front of any of them, loses and spoils what it is told to
"""
