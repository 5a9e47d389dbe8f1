package conference_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"portsmouth"
	"portsmouth/conference"
)

// FuzzDecodeEvent: bytes from a disk are an event that is stored again in the same way, or an error; never a panic.
func FuzzDecodeEvent(f *testing.F) {
	names, err := filepath.Glob("testdata/events/*.json")
	if err != nil {
		f.Fatal(err)
	}
	for _, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(data)
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		e, err := conference.DecodeEvent(data)
		if err != nil {
			return
		}
		_, once, err := conference.EncodeEvent(e)
		if err != nil {
			return // a time beyond the calendar
		}
		again, err := conference.DecodeEvent(once)
		if err != nil {
			t.Fatalf("%s is stored, but not read back: %v", once, err)
		}
		if _, twice, err := conference.EncodeEvent(again); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("stored as %s, then as %s: %v", once, twice, err)
		}
		conference.Look([]conference.Event{e}, conference.TimerViewer)
	})
}

// FuzzDecodeCommand: what somebody sends is a command or a refusal; and no command, sent first of all or in the middle of
// a conference, makes the rules panic.
func FuzzDecodeCommand(f *testing.F) {
	for _, verb := range conference.Commands() {
		f.Add([]byte(`{"` + verb + `":{}}`))
	}
	f.Add([]byte(`{"make-offer":{"terms":{"coast":"shared"},"valid":"2030-01-01T00:00:00Z"}}`))
	f.Add([]byte(`{"speak":{"room":"caucus","text":"psst","reply_to":"x"}}`))
	f.Add([]byte(`{"initial-articles":{"articles":{"art-1":"00"}}}`))
	scenes := everyStage(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		c, err := conference.DecodeCommand(data)
		if err != nil {
			if portsmouth.KindOf(err) != portsmouth.Invalid {
				t.Fatalf("malformed input is not the sender's to mend: %v", err)
			}
			return
		}
		for _, s := range scenes {
			for person := range cast {
				events, err := conference.Act(s.Log, conference.Meta{ID: "id", By: person, At: s.Now}, c)
				if portsmouth.KindOf(err) == portsmouth.Broken {
					t.Fatalf("%s in the stage %s: %v", c.Verb(), s.Stage(), err)
				}
				for _, e := range events {
					if _, _, err := conference.EncodeEvent(e); err != nil {
						t.Fatalf("accepted, but cannot be stored: %v", err)
					}
				}
			}
		}
	})
}
