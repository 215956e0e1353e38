"""From spoken words to written text: capitals, marks, numbers and spoken commands, as a stage behind the decoder."""
