"""All posts, and one post's life from the first word to the receipt."""
