/** Injected before everything else of a bundle: Nest's own classes are decorated while their modules are evaluated. */
import 'reflect-metadata';
