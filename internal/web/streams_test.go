package web

import (
	"net"
	"strconv"
	"testing"
)

// pipe is a connection over loopback, both ends.
func pipe(t *testing.T) (here, there net.Conn) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	must(t, err)
	defer l.Close()
	there, err = net.Dial("tcp", l.Addr().String())
	must(t, err)
	here, err = l.Accept()
	must(t, err)
	t.Cleanup(func() { _, _ = here.Close(), there.Close() })
	return here, there
}

func TestStreamsAreCountedAndThoseWhoHungUpMakeRoom(t *testing.T) {
	var s streams
	var theirs []net.Conn
	for range 3 {
		b, err := s.enter("ada", 3, false)
		must(t, err)
		here, there := pipe(t)
		b.take(here)
		theirs = append(theirs, there)
	}
	if _, err := s.enter("ada", 3, false); err == nil {
		t.Fatal("a fourth may listen")
	}
	other, err := s.enter("bea", 3, false)
	must(t, err)
	must(t, theirs[1].Close())
	if _, err := s.enter("ada", 3, false); err != nil {
		t.Errorf("one hung up, and nobody may take the place: %v", err)
	}
	if _, err := s.enter("ada", 3, false); err == nil {
		t.Error("one hung up, and two may take the place")
	}
	other.leave()
	other.leave()
	if s.count("bea") != 0 || s.count("ada") != 3 || s.all != 3 {
		t.Errorf("bea has %d, ada %d, all %d", s.count("bea"), s.count("ada"), s.all)
	}
}

func TestStreamsHaveABoundAltogether(t *testing.T) {
	var s streams
	for n := range maxStreams {
		if _, err := s.enter(strconv.Itoa(n), 1, false); err != nil {
			t.Fatalf("listener %d: %v", n, err)
		}
	}
	if _, err := s.enter("one more", 1, false); err == nil {
		t.Error("there is no bound")
	}
}

func TestWhoHasASessionFindsRoomAmongGuests(t *testing.T) {
	var s streams
	var one *berth
	for n := range maxOfGuests {
		b, err := s.enter(strconv.Itoa(n), 1, true)
		if err != nil {
			t.Fatalf("guest %d: %v", n, err)
		}
		one = b
	}
	if _, err := s.enter("one more", 1, true); err == nil {
		t.Error("guests have no bound of their own")
	}
	if _, err := s.enter("ada", 1, false); err != nil {
		t.Errorf("guests have all the room: %v", err)
	}
	one.leave()
	one.leave()
	if _, err := s.enter("one more", 1, true); err != nil {
		t.Errorf("a guest has left, and no other may come: %v", err)
	}
	if _, err := s.enter("yet one", 1, true); err == nil {
		t.Error("a guest has left, and two may come")
	}
}
