//go:build !race

package web

// raceDetector says that the tests run under the race detector.
const raceDetector = false
