package store_test

import (
	"errors"
	"strings"
	"testing"

	"portsmouth/conference"
	"portsmouth/internal/store/storetest"
)

// An act is changed once at most, from open to sealed; what is public or sealed stays as it is.
func TestAnActIsSealedOnce(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		s := open(t, url(t))
		a := storetest.Add("c", 0, "one", "two", "three")
		a.Acts[1].Room = "public"
		add(t, s, a)
		ok(t, s.SealActs(t.Context(), "c", []conference.Stored{{Seq: 1, Room: "sealed", Body: []byte("x")}}))
		ok(t, s.SealActs(t.Context(), "c", []conference.Stored{{Seq: 1, Room: "sealed", Body: []byte("y")}}))
		acts, err := s.Read(t.Context(), "c", 0)
		if err != nil || acts[0].Room != "sealed" || string(acts[0].Body) != "x" || acts[2].Room != "plenary" {
			t.Errorf("%+v, %v", acts, err)
		}
		for _, statement := range []string{
			`UPDATE act SET body = 'z' WHERE seq = 1`,
			`UPDATE act SET room = 'sealed' WHERE seq = 2`,
			`UPDATE act SET room = 'plenary' WHERE seq = 1`,
			`UPDATE act SET body = 'z' WHERE seq = 3`,
			`UPDATE act SET room = 'sealed', seq = 4 WHERE seq = 3`,
		} {
			if err := s.Tamper(t.Context(), statement); err == nil || !strings.Contains(err.Error(), "never") {
				t.Errorf("%s: %v", statement, err)
			}
		}
	})
}

// Rows are sealed all or none, and once.
func TestRowsAreSealedOnce(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		s := open(t, url(t))
		fill(t, s)
		before := dump(t, s)
		fails := errors.New("in the middle")
		err := s.SealRows(t.Context(), "mark", func(table string, row map[string]any) error {
			if table == "conference" {
				return fails
			}
			row["name"], row["digest"] = "sealed", []byte("sealed")
			return nil
		})
		if !errors.Is(err, fails) || dump(t, s) != before {
			t.Errorf("half of it was kept, %v", err)
		}
		seen := map[string]int{}
		for range 2 {
			ok(t, s.SealRows(t.Context(), "mark", func(table string, _ map[string]any) error {
				seen[table]++
				return nil
			}))
		}
		if seen["receipt"] != 30 || seen["person"] != 1 || seen["member"] == 0 || seen["session"] != 1 {
			t.Errorf("rows handed out: %v", seen)
		}
		ok(t, s.Scrub(t.Context()))
		if after := strings.Replace(dump(t, s), "\"mark\" \"1\" \"\" \"\" \n", "", 1); after != before {
			t.Errorf("got\n%s\nwant\n%s", after, before)
		}
	})
}

func TestARoomKeyIsKeptOnce(t *testing.T) {
	eachKind(t, func(t *testing.T, url func(testing.TB) string) {
		s, ctx := open(t, url(t)), t.Context()
		if none, err := s.RoomKey(ctx, "c", "room"); none != nil || err != nil {
			t.Errorf("%q, %v", none, err)
		}
		for _, proposed := range []string{"first", "second"} {
			if kept, err := s.KeepRoomKey(ctx, "c", "room", []byte(proposed)); string(kept) != "first" || err != nil {
				t.Errorf("%s: %q, %v", proposed, kept, err)
			}
		}
	})
}
