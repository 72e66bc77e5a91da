declare module '*.ex' {
  const text: string;
  export default text;
}

declare module '*.Dockerfile' {
  const text: string;
  export default text;
}

declare module '*.sh' {
  const text: string;
  export default text;
}
