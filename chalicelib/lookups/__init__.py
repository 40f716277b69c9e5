"""The utilities of the app: a catalogue as data, and three kinds of lookup over it: account, places, board."""
