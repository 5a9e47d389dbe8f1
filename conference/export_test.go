package conference

import "portsmouth"

// Kinds lists the names of all events, sorted.
func Kinds() []string { return portsmouth.SortedKeys(bodies) }
