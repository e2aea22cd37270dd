"""What section 5 of the design says, over the whole way of the data: the command line against servers on loopback."""
