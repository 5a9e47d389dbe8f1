package venue

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
)

// logSaid is a log of one act with a text of that length.
func logSaid(t *testing.T, bytes int) *log {
	t.Helper()
	room, body, err := conference.EncodeEvent(conference.Event{
		ID: "a", At: time.Unix(0, 0).UTC(), By: "ada", Audience: conference.ToPlenary,
		Body: conference.StatementMade{Statement: "a", Text: strings.Repeat("x", bytes)},
	})
	if err != nil {
		t.Fatal(err)
	}
	l, err := (&log{}).extend([]conference.Stored{{Seq: 1, Room: room, Body: body}})
	if err != nil {
		t.Fatal(err)
	}
	if l.size < len(body) || l.size > len(body)+actHeld {
		t.Fatalf("%d bytes are counted as %d", len(body), l.size)
	}
	return l
}

// TestLogsAreForgottenBySize: a few large conferences push out others like many small ones do, but none that is watched.
func TestLogsAreForgottenBySize(t *testing.T) {
	v := New(Options{})
	_, stop := v.Hub.Subscribe("watched", nil)
	defer stop()
	large := logSaid(t, maxHeld/4)
	for _, id := range []string{"watched", "b", "c", "d", "e", "f"} {
		v.keep(id, large)
		if v.held > maxHeld || v.logs[id] == nil {
			t.Fatalf("after %s %d bytes are held, it among them: %t", id, v.held, v.logs[id] != nil)
		}
	}
	if v.logs["watched"] == nil || len(v.logs) != 3 {
		t.Errorf("%d conferences are held, the watched one among them: %t", len(v.logs), v.logs["watched"] != nil)
	}
	sum := 0
	for _, l := range v.logs {
		sum += l.size
	}
	if sum != v.held {
		t.Errorf("%d bytes are held, counted as %d", sum, v.held)
	}
}

// TestCloseIsComputedFromWhatWasLodged: the same close is computed once; where an entry came in between, from that, in the
// same time.
func TestCloseIsComputedFromWhatWasLodged(t *testing.T) {
	v := New(Options{})
	whole := conference.Look([]conference.Event{{By: "ada", Audience: conference.ToConvening, Body: conference.Founded{Conference: "c"}}}, conference.TimerViewer)
	input := func(said string) []conference.Input {
		return []conference.Input{{Party: "east", Answers: []json.RawMessage{json.RawMessage(said)}, Preferences: portsmouth.Preferences{}}}
	}
	one, first := v.closeOf(whole, "r", input(`"early"`))
	again, second := v.closeOf(whole, "r", input(`"early"`))
	if !first || second || one != again {
		t.Errorf("the same close is computed twice: %t, %t", first, second)
	}
	other, third := v.closeOf(whole, "r", input(`"late"`))
	if !third || other == one || !other.even.Equal(one.even) {
		t.Errorf("what came late is computed: %t, by %v and not %v", third, other.even, one.even)
	}
}
