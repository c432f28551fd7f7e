"""Figures: what can be counted of visits, exactly, and what of it may be shown.

`segment` holds visits with their events by column, and joins them. `frame` is what a period sees of
them. `dimension` says by what visits can be told apart, `filters` which of them are meant, `rows`
puts both together, `threshold` takes out what would say something of a few (P9), `measure` counts.
`answer` does all of it for one question.
"""
