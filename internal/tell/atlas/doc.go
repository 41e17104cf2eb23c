// Package atlas writes what a store tells of states and of their groups as a site of
// files, which needs no server: a page for every two of whom anything is on record.
//
// The package is not for the answers (assess, dyad, difference), nor for laying them
// out (report, document): it chooses which are asked, and where each stands.
package atlas
