"""What the types of the API's errors mean, for whoever follows the address in one."""
