"""All published weeks: the page that lists them, and the feed."""
