"""Pipelines and their stages: the steps that a deal goes through, and how likely each makes the sale. Knows no deal."""
