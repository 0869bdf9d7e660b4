"""This package finds the tags of a template's parts, and checks how they were typed."""
