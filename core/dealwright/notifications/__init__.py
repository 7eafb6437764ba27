"""Who is told what, by which channel: people in the bell and by mail, plugins by their tells. The one place that knows jobs and plugins."""
