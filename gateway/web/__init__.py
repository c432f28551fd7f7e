"""The only folder that speaks HTTP. `app` puts everything together; `wire` alone sees the peer."""
