"""What every kind of record shares: its descriptor, links between records, numbers, pages of a list, search. Knows no single kind."""
