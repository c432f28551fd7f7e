"""What `gateway bench` measures, on real processes and real files.

Machines differ and are busy with other things, so every figure stands beside that of something
bare, measured in the same run: ratios travel, rates do not. What was measured is also checked: a
figure about choices that were not stored is worth nothing.
"""
