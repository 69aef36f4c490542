"""A small file in each language, and what the index has to find in it."""

SAMPLES: dict[str, tuple[str, list[str], list[str], list[str]]] = {
    # path: (source, qualified names in order, names that are called or extended, imports)
    "shop/cart.py": (
        '''"""What a customer is about to buy."""
import json
from .prices import price_of as price, tax
from shop.store import *


@registered
class Cart(Base):
    """Holds items."""

    def add(self, item: str, *, count: int = 1) -> None:
        def check() -> bool:
            return valid(item)

        self.items.append(price(item))

    class Line:
        async def total(self): return await tax(self)


def load(text): return json.loads(text)
''',
        ["Cart", "Cart.add", "Cart.add.check", "Cart.Line", "Cart.Line.total", "load"],
        ["registered", "Base", "valid", "append", "price", "tax", "loads"],
        ["json", ".prices.price_of", ".prices.tax", "shop.store"],
    ),
    "web/view.ts": (
        '''import { Store } from "./store.js";
import fs = require("fs");
export * from "../lib";
/** Shows a list. */
export abstract class View<T> extends Widget implements Shown {
  private readonly keep = (x: T): void => { save(x); };
  render(items: T[]): string { return items.map((i) => draw(i)).join(); }
  abstract close(): void;
}
export interface Shown { render(items: unknown[]): string }
enum Mode { A, B }
type Id = string | number;
export const start = async (id: Id) => { const { x } = await import("./late"); new View().render([]); };
function* walk() {}
namespace Old { export function f() {} }
''',
        ["View", "View.keep", "View.render", "View.close", "Shown", "Mode", "Id", "start", "walk", "Old.f"],
        ["Widget", "Shown", "save", "map", "draw", "join", "View", "render"],
        ["./store.js", "fs", "../lib", "./late"],
    ),
    "web/page.tsx": (
        '''import React from "react";
export function Page({ name }: { name: string }) { return <h1 onClick={() => greet(name)}>{name}</h1>; }
const Button = () => <button />;
''',
        ["Page", "Button"],
        ["greet"],
        ["react"],
    ),
    "web/old.js": (
        '''const path = require("path");
import { a } from "./a.mjs";
class Box extends lib.Base { #x = 1; #hidden() {} open = () => unlock(this); static make() { return new Box(); } }
module.exports.run = function () { go(); };
var old = function () {}, obj = { act() {}, later: () => {} };
''',
        ["Box", "Box.#hidden", "Box.open", "Box.make", "run", "old", "act", "later"],
        ["Base", "unlock", "Box", "go"],
        ["path", "./a.mjs"],
    ),
    "pkg/store/store.go": (
        '''// Package store keeps things.
package store

import (
	"fmt"
	other "example.com/mod/pkg/other"
)

// Store keeps rows.
type Store[T any] struct{ rows []T }
type Reader interface{ Read() error }
type ID = int

func (s *Store[T]) Add(row T) error { s.rows = append(s.rows, row); return other.Check(row) }
func (r plain) Name() string { return fmt.Sprint(Options{}) }
func New() *Store[int] { return &Store[int]{} }
''',
        ["Store", "Reader", "Store.Add", "plain.Name", "New"],
        ["append", "Check", "Sprint", "Options"],
        ["fmt", "example.com/mod/pkg/other"],
    ),
    "src/net/mod.rs": (
        '''//! Talking to others.
use crate::config::{Config, read};
use std::fmt;
mod wire;

/// One connection.
pub struct Conn<T> { inner: T }
enum State { Open }
trait Speak { fn speak(&self); }
impl<T> Speak for Conn<T> { fn speak(&self) { self.inner.send(); println!("x"); } }
impl State { pub async fn next(self) -> State { wire::encode(); State::Open } }
macro_rules! shout { () => {} }
mod inner { pub fn deep() -> super::Conn<u8> { read::<u8>() } }
''',
        ["Conn", "State", "Speak", "Speak.speak", "Conn.speak", "State.next", "shout", "inner.deep"],
        ["Speak", "send", "println", "encode", "read"],
        ["crate::config::{Config, read}", "std::fmt", "wire"],
    ),
    "src/main/java/org/shop/Cart.java": (
        '''package org.shop;
import java.util.List;
import static org.shop.Prices.tax;
/** What a customer is about to buy. */
@Entity
public class Cart extends Base implements Shown {
  public Cart(List<String> items) { super(items); this.check(); }
  @Override int total() { return tax(new Money(1)); }
  record Line(String name) { }
  enum Mode { A { void act() {} } }
  interface Part { void go(); }
}
''',
        ["Cart", "Cart.Cart", "Cart.total", "Cart.Line", "Cart.Mode", "Cart.Mode.act", "Cart.Part", "Cart.Part.go"],
        ["Entity", "Base", "Shown", "check", "Override", "tax", "Money"],
        ["java.util.List", "org.shop.Prices.tax"],
    ),
    "lib/list.c": (
        '''/* Lists of things. */
#include <stdlib.h>
#include "list.h"
#define MAX(a, b) ((a) > (b) ? (a) : (b))
struct node { struct node *next; };
typedef unsigned int id_t;
enum mode { ONE, TWO };
/* Makes a node. */
static struct node *make(int x) { return calloc(1, sizeof(struct node)); }
int main(void) { make(1)->next = 0; list.free(2); return MAX(1, 2); }
''',
        ["MAX", "node", "id_t", "mode", "make", "main"],
        ["calloc", "make", "free", "MAX"],
        ["stdlib.h", "list.h"],
    ),
    "lib/shape.hpp": (
        '''#pragma once
#include "base/point.hpp"
namespace geo {
template <typename T>
class Shape : public Base {
 public:
  Shape() {}
  ~Shape() {}
  T area() const { return compute<T>(side_); }
  bool operator==(const Shape& other) const { return same(other); }
};
struct Dot { int x; };
using Id = int;
inline int& Dot::pick(int& a) { return std::max(a, a); }
}
''',
        ["geo.Shape", "geo.Shape.Shape", "geo.Shape.~Shape", "geo.Shape.area", "geo.Shape.operator==", "geo.Dot", "geo.Id",
         "geo.Dot.pick"],
        ["Base", "compute", "same", "max"],
        ["base/point.hpp"],
    ),
}  # fmt: skip
