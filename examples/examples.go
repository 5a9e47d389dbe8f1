// Package examples carries the example conferences into the program, so that the demonstration needs no file beside it.
package examples

import "embed"

// Files holds portsmouth-1905/*.yaml and harbour/*.yaml under these paths.
//
//go:embed portsmouth-1905/*.yaml harbour/*.yaml
var Files embed.FS
