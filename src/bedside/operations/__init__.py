"""What keeps a desk itself well: its schema, its health, backups, and the move to a larger database."""
