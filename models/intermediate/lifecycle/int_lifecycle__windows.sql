-- One row: the window of each pair of stages in days, as valid at `as_of`.
{{ stage_windows() }}
