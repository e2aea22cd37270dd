"""Rules of section 5, written by its text alone, by somebody who did not write the judge."""
