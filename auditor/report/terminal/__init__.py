"""One office as a card on the terminal."""
