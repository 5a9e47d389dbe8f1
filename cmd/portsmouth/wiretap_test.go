package main

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"sync"

	"portsmouth/internal/browsertest"
)

// wiretap keeps every byte that goes over the connections of a venue.
type wiretap struct {
	net.Listener
	mu    sync.Mutex
	wires []*wire
}

// wire is one connection: what the browser asked and what it got.
type wire struct {
	net.Conn
	mu       sync.Mutex
	asked    bytes.Buffer
	answered bytes.Buffer
}

func (l *wiretap) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	w := &wire{Conn: c}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.wires = append(l.wires, w)
	return w, nil
}

func (w *wire) Read(b []byte) (int, error) {
	n, err := w.Conn.Read(b)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.asked.Write(b[:n])
	return n, err
}

func (w *wire) Write(b []byte) (int, error) {
	w.mu.Lock()
	w.answered.Write(b)
	w.mu.Unlock()
	return w.Conn.Write(b)
}

// received is all that a window got, unpacked: heads and bodies of answers, streams as far as they came. Files that are the
// same for everybody come packed and stay so.
func (l *wiretap) received(mark string) (text string, answers int) {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all strings.Builder
	for _, w := range l.wires {
		w.mu.Lock()
		if bytes.Contains(w.asked.Bytes(), []byte(mark)) {
			answers += unpack(&all, w.answered.Bytes())
		}
		w.mu.Unlock()
	}
	return all.String(), answers
}

func unpack(to *strings.Builder, raw []byte) (answers int) {
	from := bufio.NewReader(bytes.NewReader(raw))
	for {
		answer, err := http.ReadResponse(from, nil)
		if err != nil {
			return answers
		}
		answers++
		for name, values := range answer.Header {
			if name != "Content-Length" {
				to.WriteString(name + ": " + strings.Join(values, ", ") + "\n")
			}
		}
		_, err = io.Copy(to, answer.Body) // a stream that was cut off gives what came of it
		to.WriteString("\n")
		if err != nil {
			return answers
		}
	}
}

// strangers counts the connections of windows without a mark, or of two.
func (l *wiretap) strangers() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	n := 0
	for _, w := range l.wires {
		w.mu.Lock()
		found := 0
		for _, mark := range marks {
			if bytes.Contains(w.asked.Bytes(), []byte(mark)) {
				found++
			}
		}
		if found != 1 && w.asked.Len() > 0 {
			n++
		}
		w.mu.Unlock()
	}
	return n
}

var (
	wordsOnTheWire = regexp.MustCompile(`[0-9A-Za-z.]+`)
	longNumber     = regexp.MustCompile(`^[0-9]{4}$`)
)

// numbers are the whole numbers of four figures in a text, but for years and round ones: of such are weights and values.
func numbers(text string) map[string]bool {
	found := map[string]bool{}
	for _, w := range wordsOnTheWire.FindAllString(text, -1) {
		if longNumber.MatchString(w) && !strings.HasSuffix(w, "00") && !strings.HasPrefix(w, "19") && !strings.HasPrefix(w, "20") {
			found[w] = true
		}
	}
	return found
}

// overhear wants nobody to have received a word or a number of what another delegation answered and stated.
func (f *ferry) overhear() {
	f.t.Helper()
	if n := f.wire.strangers(); n > 0 {
		f.t.Errorf("%d connections cannot be told apart", n)
	}
	own := map[string]map[string]bool{}
	f.delegations(func(who string) {
		own[who] = numbers(browsertest.Eval[string](f.windows[who], `fetch("`+f.base+`/preparation/preparation.json").then(r => r.text())`))
	})
	for who := range marks {
		text, answers := f.wire.received(marks[who])
		got := numbers(text)
		f.t.Logf("%s received %d answers, %d bytes, %d numbers", who, answers, len(text), len(got))
		for _, party := range []string{"upper", "lower"} {
			other := map[string]string{"upper": "lower", "lower": "upper"}[party]
			var known []string
			for n := range own[party] {
				if got[n] && (who != other || !own[other][n]) {
					known = append(known, n)
				}
			}
			words := slices.DeleteFunc([]string{wishes[party].words, wishes[party].stated}, func(w string) bool { return !strings.Contains(text, w) })
			switch {
			case who == party && (len(words) != 2 || len(known) < 10):
				f.t.Errorf("%s did not even receive its own words %v and numbers %v: this test would find nothing", who, words, known)
			case who != party && len(words)+len(known) > 0:
				f.t.Errorf("%s received of %s the words %v and the numbers %v", who, party, words, known)
			}
		}
	}
}
