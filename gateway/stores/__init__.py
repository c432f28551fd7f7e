"""Where things are kept. Only this folder speaks SQL; `base` says what every store promises."""
