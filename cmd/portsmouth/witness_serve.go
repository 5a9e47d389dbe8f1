package main

import (
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"time"

	"portsmouth/record"
)

// maxSubmission bounds what is brought to a witness: 63 hashes and a checkpoint with a hundred long signature lines.
const maxSubmission = 64 << 10

// server answers those who bring checkpoints, as C2SP tlog-witness says.
func (m *witnessMemory) server(errs io.Writer) *http.Server {
	said := log.New(errs, "", 0)
	mux := http.NewServeMux()
	mux.HandleFunc("POST /add-checkpoint", func(w http.ResponseWriter, r *http.Request) {
		line, err := m.answer(http.MaxBytesReader(w, r.Body, maxSubmission))
		if err != nil {
			refuse(w, said, err)
			return
		}
		plain(w, http.StatusOK, line)
	})
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		plain(w, http.StatusOK, []byte(m.witness.Verifier()+"\n"))
	})
	return &http.Server{
		Handler: mux, ErrorLog: said, MaxHeaderBytes: 16 << 10,
		ReadTimeout: 10 * time.Second, WriteTimeout: 10 * time.Second, IdleTimeout: time.Minute,
	}
}

// answer reads a submission and considers it.
func (m *witnessMemory) answer(body io.Reader) ([]byte, error) {
	data, err := io.ReadAll(body)
	if err != nil {
		return nil, &record.Refusal{Status: http.StatusBadRequest, Why: "the submission could not be read, or is too long"}
	}
	s, err := record.ReadSubmission(data)
	if err != nil {
		return nil, err
	}
	return m.consider(s)
}

// refuse answers with the status of the refusal. What contradicts what was seen is said aloud here as well.
func refuse(w http.ResponseWriter, said *log.Logger, err error) {
	var forked *contradiction
	if errors.As(err, &forked) {
		said.Print(forked)
	}
	var refused *record.Refusal
	switch {
	case !errors.As(err, &refused):
		said.Print(err)
		plain(w, http.StatusInternalServerError, []byte("the witness cannot remember it, and so does not cosign\n"))
	case refused.Status == http.StatusConflict:
		w.Header().Set("Content-Type", "text/x.tlog.size")
		w.WriteHeader(refused.Status)
		fmt.Fprintf(w, "%d\n", refused.Size)
	default:
		plain(w, refused.Status, []byte(refused.Why+"\n"))
	}
}

func plain(w http.ResponseWriter, status int, text []byte) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	w.Header().Set("X-Content-Type-Options", "nosniff")
	w.WriteHeader(status)
	_, _ = w.Write(text) // who asked has left; nothing is to be done about it
}
