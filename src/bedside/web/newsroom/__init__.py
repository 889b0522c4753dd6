"""The organisation's public page of posts: what the newsroom's confirmed deliveries say, and nothing else."""
