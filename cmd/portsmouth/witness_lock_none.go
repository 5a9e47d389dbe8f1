//go:build !(darwin || dragonfly || freebsd || illumos || linux || netbsd || openbsd)

package main

import (
	"errors"
	"io"
)

// lockFile refuses: without a lock two witnesses with one key could cosign two histories.
func lockFile(string) (io.Closer, error) {
	return nil, errors.New("a witness needs a system with file locks, as Linux, macOS or a BSD")
}
