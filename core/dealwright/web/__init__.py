"""Pages: one module a feature, with the feature's name. The gate stands before all of them; rules live below, in the features."""
