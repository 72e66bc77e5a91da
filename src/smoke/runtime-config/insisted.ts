import { bind, bindParameter, valuesOf } from './bindings.js';
import { atomsOf, verdictOf, type Known, type Verdict } from './condition.js';
import { findControl, type Clause, type Control } from './control.js';
import { captured, helperFor, helperOf, isGuarded, moduleOf, parametersOf } from './helpers.js';
import {
  callAt,
  isEnvironment,
  isNil,
  newScope,
  readingOf,
  textsOf,
  type Call,
  type Helper,
  type Scope,
} from './scope.js';
import { isAnything, isNothing, splitOutside } from './patterns.js';
import { tokensOf } from './tokens.js';
import { argumentsOf, isGroup, isOperator, isWord, splitAt, statementsOf, textOf, treeOf, type Node } from './tree.js';

/** An environment variable that a configuration does not do without. */
export interface Insisted {
  readonly variable: string;
  /** From 1. */
  readonly line: number;
}

/** What a configuration was found to ask for. */
export interface RuntimeNeeds {
  readonly insisted: readonly Insisted[];
  /** Paths of other files that it reads, as it has them. */
  readonly files: readonly string[];
}

/** What is known before a configuration runs. */
export interface RuntimeQuery {
  /** What `config_env()` is. */
  readonly mixEnv: string;
  /** Variables that are set, with their values where they are known. */
  readonly given: ReadonlyMap<string, string | undefined>;
}

/**
 * The environment variables that a text of `config/runtime.exs` insists on, in their order: those without which it raises.
 * It is read and not run, so that all are found at once; what depends on something that cannot be told is left out.
 */
export function insistedIn(text: string, query: RuntimeQuery): RuntimeNeeds {
  const reader = new Reader(query);
  reader.body(treeOf(tokensOf(text)), newScope());
  return { insisted: reader.insisted, files: reader.files };
}

/** Functions that fail with nothing as their argument. */
const NEEDS_VALUE = /^(?:String|Base|Integer|Float|URI|Jason|JSON)\.\w/;
const LEAVES = ['raise', 'reraise', 'throw', 'exit'];
/** How deep functions may call each other. */
const MAX_DEPTH = 20;
/** How often functions are read: one that calls itself has no end. */
const MAX_INVOKED = 2000;

class Reader {
  readonly insisted: Insisted[] = [];
  readonly files: string[] = [];
  readonly #mixEnv: string;
  readonly #given: Map<string, string | undefined>;
  #depth = 0;
  #invoked = 0;

  constructor({ mixEnv, given }: RuntimeQuery) {
    this.#mixEnv = mixEnv;
    this.#given = new Map(given);
  }

  body(nodes: readonly Node[], scope: Scope): void {
    if (this.#depth > MAX_DEPTH) return;
    this.#depth += 1;
    for (const statement of statementsOf(nodes)) this.#statement(statement, scope);
    this.#depth -= 1;
  }

  #insist(variable: string, line: number): void {
    if (this.#given.has(variable)) return;
    // From here on it is set: the configuration would not have come this far.
    this.#given.set(variable, undefined);
    this.insisted.push({ variable, line });
  }

  #statement(nodes: readonly Node[], scope: Scope): void {
    const module = moduleOf(nodes);
    if (module) {
      for (const [name, helpers] of module.functions) scope.helpers.set(name, helpers);
      for (const other of module.others) this.#statement(other, newScope(scope));
      return;
    }
    const [first, equals] = nodes;
    if (first?.kind === 'word' && isOperator(equals, '=')) {
      const value = nodes.slice(2);
      this.#expression(value, scope);
      bind(first.text, value, scope, this.#given);
      return;
    }
    const assigned = nodes.findIndex((node) => isOperator(node, '='));
    const reading = assigned < 0 ? undefined : readingOf(nodes.slice(assigned + 1), scope);
    // {:ok, value} = System.fetch_env("X")
    if (isGroup(first, '{') && reading?.isPair === true) this.#insist(reading.variable, first.line);
    // %{"X" => value} = System.get_env()
    const [, fields, is] = nodes;
    const line = first?.line ?? 0;
    if (isOperator(first, '%') && isOperator(is, '=') && isEnvironment(nodes.slice(3), scope))
      for (const field of argumentsOf(fields)) {
        const arrow = field.findIndex((node) => isOperator(node, '=>'));
        for (const text of textsOf(field.slice(0, arrow), scope)) this.#insist(text, line);
      }
    this.#expression(nodes, scope);
  }

  /** Reads an expression for what it insists on: its choices first, then what stands between commas and operators. */
  #expression(nodes: readonly Node[], scope: Scope): void {
    const found = findControl(nodes);
    const parts = splitAt(
      nodes,
      (node) => isOperator(node, ',', '=>', '<>', '++', '+', '-', '*', '/') || node.kind === 'key',
    );
    if (parts.length > 1 && found?.before.length !== 0) {
      // A choice keeps its commas: it is read as a whole.
      if (!found) {
        for (const part of parts) this.#expression(part, scope);
        return;
      }
      const cut = found.before.findLastIndex((node) => isOperator(node, ',', '=>', '<>', '++') || node.kind === 'key');
      if (cut >= 0) {
        this.#expression(nodes.slice(0, cut), scope);
        this.#expression(nodes.slice(cut + 1), scope);
        return;
      }
    }
    if (this.#alternatives(nodes, scope)) return;
    if (!found) {
      this.#calls(nodes, scope);
      return;
    }
    const { before, control, after } = found;
    const piped = isOperator(before.at(-1), '|>') ? before.slice(0, -1) : undefined;
    this.#calls(piped ?? before, scope);
    this.#control(piped && control.kind === 'case' ? { ...control, subject: piped } : control, scope);
    this.#expression(after, scope);
  }

  /** Reads `a || b || raise`. @returns whether it was such */
  #alternatives(nodes: readonly Node[], scope: Scope): boolean {
    const operands = splitOutside(nodes);
    if (operands.length < 2) return false;
    const line = nodes[0]?.line ?? 0;
    let first: string | undefined;
    for (const operand of operands) {
      const reading = readingOf(operand, scope);
      if (reading && !reading.isPair) {
        if (reading.otherwise !== undefined || this.#given.has(reading.variable)) return true;
        first ??= reading.variable;
      } else if (isNil(operand, scope)) {
        continue;
      } else if (first !== undefined && this.#leaves(operand, scope)) {
        this.#insist(first, line);
        return true;
      } else {
        this.#expression(operand, scope);
        // Something else is taken: whether it is there, nobody can tell.
        if (first !== undefined || operand !== operands[0]) return true;
      }
    }
    return true;
  }

  /** Reads calls and what is in brackets. */
  #calls(nodes: readonly Node[], scope: Scope): void {
    this.#pipe(nodes, scope);
    for (let at = 0; at < nodes.length; at += 1) {
      const node = nodes[at];
      if (node === undefined) break;
      const isCall = node.kind === 'word' && !isOperator(nodes[at - 1], '.');
      const call = isCall ? callAt(nodes, at) : undefined;
      if (call) this.#call(call, nodes, at, scope);
      if (node.kind === 'string' && node.inner.length > 0) this.body(treeOf(node.inner), scope);
      if (node.kind === 'group') this.#group(node, scope);
    }
  }

  #group(group: Node & { readonly kind: 'group' }, scope: Scope): void {
    const inner = newScope(scope);
    if (isGuarded(group)) return;
    for (const { body } of group.sections) {
      if (group.open === 'fn') continue;
      if (group.open === 'do') this.body(body, inner);
      else for (const statement of statementsOf(body)) this.#expression(statement, inner);
    }
  }

  #call({ name, args, brackets, line }: Call, nodes: readonly Node[], at: number, scope: Scope): void {
    const [first = [], second = [], third] = args;
    // &System.fetch_env!/1 as an argument, of the list before it.
    if (isOperator(nodes[at - 1], '&')) return;
    const texts = textsOf(first, scope);
    if (/^(?:System\.)?fetch_env!$/.test(name)) for (const text of texts) this.#insist(text, line);
    // Dotenvy's env!("X", :string), which has a default as its third argument.
    if (/^(?:\w+\.)?env!$/.test(name) && third === undefined) for (const text of texts) this.#insist(text, line);
    if (name === 'Map.fetch!' && isEnvironment(first, scope))
      for (const text of textsOf(second, scope)) this.#insist(text, line);
    if (NEEDS_VALUE.test(name)) this.#requireValue(first, line, scope);
    if (/^(?:import_config|Code\.(?:require_file|eval_file|compile_file))$/.test(name)) this.files.push(...texts);
    const isPiped = isOperator(nodes[at - 1], '|>');
    const helper = isPiped ? undefined : helperFor(scope, name, args.length);
    // The name alone of a function without parameters is the function.
    if (helper && (args.length > 0 || brackets || name.includes('.'))) this.#invoke(helper, args, scope);
    if (/^Enum\.\w/.test(name)) this.#each(first, second, scope);
  }

  #requireValue(nodes: readonly Node[], line: number, scope: Scope): void {
    const reading = readingOf(nodes, scope);
    if (reading && !reading.isPair && reading.otherwise === undefined) this.#insist(reading.variable, line);
  }

  /** Reads `value |> function()`. */
  #pipe(nodes: readonly Node[], scope: Scope): void {
    const steps = splitAt(nodes, (node) => isOperator(node, '|>'));
    const [value = [], next = [], ...others] = steps;
    if (steps.length < 2) return;
    const call = callAt(next, 0);
    const line = nodes[0]?.line ?? 0;
    if (call && NEEDS_VALUE.test(call.name)) this.#requireValue(value, line, scope);
    if (call && /^(?:System\.)?fetch_env!$/.test(call.name))
      for (const text of textsOf(value, scope)) this.#insist(text, line);
    if (call && /^Enum\.\w/.test(call.name)) this.#each(value, call.args[0] ?? [], scope);
    const helper = call && helperFor(scope, call.name, call.args.length + 1);
    if (call && helper) this.#invoke(helper, [value, ...call.args], scope);
    const [third] = others;
    const after = third === undefined ? undefined : callAt(third, 0);
    if (after && NEEDS_VALUE.test(after.name))
      this.#requireValue([...value, { kind: 'operator', text: '|>', line }, ...next], line, scope);
  }

  #each(list: readonly Node[], given: readonly Node[], scope: Scope): void {
    const helper = helperOf(given) ?? captured(given) ?? helperFor(scope, textOf(given[0]) ?? '', 1);
    if (helper) for (const element of valuesOf(list, scope)) this.#invoke(helper, [element], scope);
  }

  #invoke(helper: Helper, args: readonly (readonly Node[])[], scope: Scope): void {
    this.#invoked += 1;
    if (this.#invoked > MAX_INVOKED) return;
    const inner = helper.closed ? { ...newScope(), helpers: new Map(scope.helpers) } : newScope(scope);
    helper.parameters.forEach((parameter, at) => {
      bindParameter(parameter, args[at], inner, this.#given, scope);
    });
    this.body(helper.body, inner);
  }

  #control(control: Control, scope: Scope): void {
    switch (control.kind) {
      case 'if':
        this.#choose(this.#verdict(control.condition, scope), control, scope);
        return;
      case 'case':
        this.#case(control, scope);
        return;
      case 'cond':
        this.#cond(control.clauses, scope);
        return;
      case 'with':
        this.#with(control, scope);
        return;
      case 'for':
        this.#for(control, scope);
    }
  }

  #known(scope: Scope): Known {
    return { mixEnv: this.#mixEnv, given: this.#given, scope };
  }

  #verdict(condition: readonly Node[], scope: Scope): Verdict {
    const [name, equals] = condition;
    // if url = System.get_env("X")
    if (name?.kind === 'word' && isOperator(equals, '=')) bind(name.text, condition.slice(2), scope, this.#given);
    this.#calls(condition, scope);
    return verdictOf(condition, this.#known(scope));
  }

  #choose(verdict: Verdict, { condition, then, otherwise }: Control & { readonly kind: 'if' }, scope: Scope): void {
    if (verdict.kind === 'unknown') return;
    const inner = newScope(scope);
    if (!('variable' in verdict)) {
      this.body(verdict.kind === 'true' ? then : otherwise, inner);
      return;
    }
    const [without, having] = verdict.kind === 'missing' ? [then, otherwise] : [otherwise, then];
    if (this.#leaves(without, scope)) this.#insist(verdict.variable, condition[0]?.line ?? 0);
    this.body(this.#given.has(verdict.variable) ? having : without, inner);
  }

  #case({ subject, clauses }: Control & { readonly kind: 'case' }, scope: Scope): void {
    this.#calls(subject, scope);
    const inner = newScope(scope);
    const reading = readingOf(subject, scope);
    if (!reading) {
      if (!/^(?:config_env|Mix\.env)/.test(callAt(subject, 0)?.name ?? '')) return;
      const clause = clauses.find(({ pattern }) => atomsOf(pattern).includes(this.#mixEnv) || isAnything(pattern));
      if (clause) this.body(clause.body, inner);
      return;
    }
    const { variable, otherwise, isPair } = reading;
    const value = this.#given.has(variable) ? this.#given.get(variable) : otherwise;
    if (this.#given.has(variable) || otherwise !== undefined) {
      if (value === undefined) return;
      const clause = clauses.find(({ pattern }) => textsOf(pattern, scope).includes(value) || isAnything(pattern));
      if (clause) this.body(clause.body, inner);
      return;
    }
    const clause = clauses.find(({ pattern }) => isNothing(pattern, isPair) || isAnything(pattern));
    if (clause && this.#leaves(clause.body, scope)) this.#insist(variable, subject[0]?.line ?? 0);
    else if (clause) this.body(clause.body, inner);
  }

  #cond(clauses: readonly Clause[], scope: Scope): void {
    let present: string | undefined;
    for (const { pattern, body } of clauses) {
      const verdict = this.#verdict(pattern, scope);
      if (verdict.kind === 'unknown') return;
      if (verdict.kind === 'false') continue;
      if (verdict.kind === 'present') {
        present ??= verdict.variable;
        continue;
      }
      const leaves = this.#leaves(body, scope);
      const variable = verdict.kind === 'missing' ? verdict.variable : present;
      if (leaves && variable !== undefined) this.#insist(variable, pattern[0]?.line ?? 0);
      if (leaves && verdict.kind === 'missing') continue;
      if (!leaves) this.body(body, newScope(scope));
      return;
    }
  }

  #with({ heads, body, otherwise }: Control & { readonly kind: 'with' }, scope: Scope): void {
    const leaves = otherwise.some((clause) => this.#leaves(clause.body, scope));
    for (const head of heads) {
      const arrow = head.findIndex((node) => isOperator(node, '<-'));
      const reading = arrow < 0 ? undefined : readingOf(head.slice(arrow + 1), scope);
      if (!reading || this.#given.has(reading.variable)) continue;
      if (!leaves || !reading.isPair) return;
      this.#insist(reading.variable, head[0]?.line ?? 0);
    }
    this.body(body, newScope(scope));
  }

  #for({ heads, body }: Control & { readonly kind: 'for' }, scope: Scope): void {
    const [generator = []] = heads;
    const arrow = generator.findIndex((node) => isOperator(node, '<-'));
    const elements = arrow < 0 ? [] : valuesOf(generator.slice(arrow + 1), scope);
    if (elements.length === 0) this.body(body, newScope(scope));
    const parameters = parametersOf(generator.slice(0, arrow));
    for (const element of elements) this.#invoke({ parameters, body, closed: false }, [element], scope);
  }

  /** Whether a body, or what an operator takes, certainly ends the start of the release. */
  #leaves(nodes: readonly Node[], scope: Scope): boolean {
    return statementsOf(nodes).some((statement) => {
      const [first] = statement;
      if (isWord(first, ...LEAVES) || /^System\.(?:halt|stop)$/.test(callAt(statement, 0)?.name ?? '')) return true;
      if (isGroup(first, '(')) return this.#leaves(first.sections[0]?.body ?? [], scope);
      const found = findControl(statement);
      if (found?.control.kind !== 'if' || found.before.length > 0) return false;
      const { condition, then, otherwise } = found.control;
      const { kind } = verdictOf(condition, this.#known(scope));
      return (kind === 'true' && this.#leaves(then, scope)) || (kind === 'false' && this.#leaves(otherwise, scope));
    });
  }
}
