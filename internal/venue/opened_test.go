package venue

import (
	"testing"
	"time"

	"portsmouth/conference"
)

func TestOpenedWordsAreForgottenWithTime(t *testing.T) {
	var o openedWords
	now, ada, bo := time.UnixMilli(0), [32]byte{1}, [32]byte{2}
	for _, whose := range [][32]byte{ada, bo} {
		o.find(whose, "act", now)
		o.keep(whose, conference.Event{ID: "act"}, 100)
	}
	o.find(bo, "act", now.Add(openedLasts))
	o.forget(now.Add(openedLasts + 1))
	if len(o.whose) != 1 || len(o.whose[bo].acts) != 1 {
		t.Errorf("after a while there are %v", o.whose)
	}
	o.forget(now.Add(3 * openedLasts))
	if len(o.whose) != 0 || o.size != 0 {
		t.Errorf("in the end there are %d bytes of %v", o.size, o.whose)
	}
	o.find(ada, "act", now)
	o.keep(ada, conference.Event{ID: "act"}, maxOpened+1)
	if _, has := o.find(ada, "act", now); has {
		t.Error("there is no end to what is kept")
	}
}
