/** Style sheets are bundled beside their script; importing one only says that it belongs there. */
declare module '*.css';
