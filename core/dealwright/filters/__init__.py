"""The condition tree of saved filters, scoring rules and bulk selections: read, checked, evaluated, turned into SQL, said in words."""
