"""Training of the guard's models; see README.md beside this file."""
