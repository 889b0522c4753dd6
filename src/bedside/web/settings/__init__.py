"""What administrators set: the organisation, its sites and departments, and the approval routes."""
