package browsertest

import (
	"fmt"
	"runtime"
	"testing"
)

// witness is a test that fails without failing: it keeps what it was told and ends its goroutine.
type witness struct {
	testing.TB
	text string
}

func (w *witness) Helper() {}

func (w *witness) Fatalf(format string, args ...any) {
	w.text = fmt.Sprintf(format, args...)
	runtime.Goexit()
}
