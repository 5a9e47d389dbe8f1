package demo

import (
	"context"
	"crypto/sha256"
	"fmt"
	"testing"
	"time"

	"portsmouth"
	"portsmouth/conference"
	"portsmouth/internal/venue"
)

// memory is a venue of one conference without storage: the real rules on a slice.
type memory struct {
	log  []conference.Event
	keys map[string]kept
}

type kept struct {
	digest  [32]byte
	receipt venue.Receipt
}

func (m *memory) Do(_ context.Context, r venue.Request) (venue.Receipt, error) {
	body, err := conference.EncodeCommand(r.Command)
	if err != nil {
		return venue.Receipt{}, err
	}
	digest := sha256.Sum256(body)
	if k, ok := m.keys[r.Person+":"+r.Key]; ok && r.Key != "" {
		if k.digest != digest {
			return venue.Receipt{}, portsmouth.Invalidf("idempotency-key", "another content under the same key")
		}
		k.receipt.Repeated = true
		return k.receipt, nil
	}
	meta := conference.Meta{ID: r.ID, By: r.Person, At: r.At, Invitation: r.Invitation}
	events, err := conference.Act(m.log, meta, r.Command)
	if err != nil {
		return venue.Receipt{}, err
	}
	m.log = append(m.log, events...)
	_, held := events[0].Body.(conference.ActHeld)
	receipt := venue.Receipt{Conference: r.Conference, Act: r.ID, At: r.At, Held: held}
	if m.keys == nil {
		m.keys = map[string]kept{}
	}
	m.keys[r.Person+":"+r.Key] = kept{digest, receipt}
	return receipt, nil
}

func (m *memory) Look(_ context.Context, _, person string) (*conference.View, error) {
	view := conference.Look(m.log, conference.ViewerOf(m.log, person))
	if len(view.Acts) == 0 {
		return nil, &portsmouth.Error{Kind: portsmouth.NotFound, Message: "nothing here"}
	}
	return view, nil
}

func (m *memory) leaveHistory(t *testing.T) {
	t.Helper()
	last := m.log[len(m.log)-1].At
	events, err := conference.Act(m.log, conference.Meta{ID: "leave", At: last}, conference.LeaveHistory{Wall: time.Date(2026, 5, 4, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	m.log = append(m.log, events...)
}

const conferenceID = "0123456789abcdef0123456789abcdef"

func load(t *testing.T) *Chronicle {
	t.Helper()
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// cast gives every person an account of their own, which is not their name.
func cast(c *Chronicle) Cast {
	accounts := Cast{}
	for n, person := range c.People() {
		accounts[person] = fmt.Sprintf("account-%02d", n)
	}
	return accounts
}

func open(t *testing.T, v Venue, c *Chronicle) *Replay {
	t.Helper()
	r, err := Open(t.Context(), v, c, conferenceID, cast(c))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// played returns the chronicle and a venue in which it has been played up to and including t; the zero time is its end.
func played(t *testing.T, until time.Time) (*Chronicle, *memory, *Replay) {
	t.Helper()
	c, m := load(t), &memory{}
	r := open(t, m, c)
	if until.IsZero() {
		until = c.Acts[len(c.Acts)-1].At
	}
	if err := r.Until(t.Context(), until); err != nil {
		t.Fatal(err)
	}
	return c, m, r
}

func seenBy(t *testing.T, m *memory, c *Chronicle, person string) *conference.View {
	t.Helper()
	view, err := m.Look(t.Context(), conferenceID, cast(c)[person])
	if err != nil {
		t.Fatal(err)
	}
	return view
}
