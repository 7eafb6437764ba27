"""People and organisations: whom one sells to, and whom one writes to. Knows nothing of deals, quotes or shops."""
